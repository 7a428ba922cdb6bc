#!/usr/bin/env node
// A file that is there before the package is built: a package manager links commands when it installs.
import '../dist/bin.js'
