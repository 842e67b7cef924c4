package backup_test

const vector = "age-encryption.org/v1\n-> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\nhjabGXwSLQ9c3S6Lw2i+S2Tu2fiwQHHslbBN6B41FLE\n--- WyJp9F/9FOZh7gJdheq2WIJcwHgYc8NIVh3ddwhrcNg\n\xee\xcfb\xc7\xce\x91\xb43'Nh\xd4\xf2\xf9\x13L\xb7L[\xfe\xf7\xbe\xaaR\xc8\xf0\xbc\x0e\x99,\x1e\x831\xfbf"
