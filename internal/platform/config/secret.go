package config

import (
	"fmt"
	"os"
)

// S3KeyText is what opens buckets: the file of the settings, and a line in the environment for hosts that keep secrets there. It is no
// flag, which everybody on the machine could read in the list of processes.
func (s Settings) S3KeyText() (string, error) {
	text := os.Getenv("ESSAIM_S3_KEY")
	if s.S3Keys == "" {
		return text, nil
	}
	file, err := os.ReadFile(s.S3Keys)
	if err != nil {
		return "", fmt.Errorf("--s3-keys: %w", err)
	}
	return text + "\n" + string(file), nil
}
