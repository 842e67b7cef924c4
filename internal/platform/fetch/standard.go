package fetch

import "net/http"

// HTTP returns the client as libraries want it that speak a protocol of their own over HTTP. The same addresses are refused;
// how much is read is the library's matter.
func (c *Client) HTTP() *http.Client { return c.http }
