// Package fortioimage pins the fortio command; build.mjs builds it.
package fortioimage
