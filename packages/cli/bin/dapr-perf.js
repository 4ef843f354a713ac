#!/usr/bin/env node
import './check-node.js'
import '../dist/main.js'
