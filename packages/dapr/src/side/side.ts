import { DaprPerfError } from '@dapr-perf/errors'
import type { OwnDependencies } from '../build/own-dependencies.js'

/** One side of a comparison, as the user gave it. */
export interface GivenSide {
  /** What the user knows it by, for messages: the flag, such as `--b`. */
  label: string
  /** A version, the path of a daprd, a checkout of dapr/dapr, or CHECKOUT@REF. */
  text: string
}

/** The daprd of one side of a comparison, on this machine. */
export interface Side extends OwnDependencies {
  /** What the user gave. */
  text: string
  /** The absolute path of the daprd. */
  path: string
  /** What it answers to --version. */
  version: string
  /**
   * Where it comes from: a file that the user named, an installation by `dapr init`, a release of Dapr, or a build made
   * here. A release or a build may have been in the cache already.
   */
  source: 'path' | '~/.dapr/bin' | 'release' | 'go build'
  /** The whole hash of the commit that it was built from, where it was built here and its commit is known. */
  commit?: string
  /** Whether the checkout differed from that commit; of a checkout as it stands only. */
  dirty?: boolean
  /** The SHA-256 of the daprd, in hexadecimal. */
  sha256: string
  /** The version of Go that it was built with, such as `go1.26.8`, where it can be read. */
  goVersion?: string
}

/** What is known of a side's daprd before its file is read. */
export type Program = Pick<Side, 'path' | 'version' | 'source' | 'commit' | 'dirty'> & OwnDependencies

/** What a user gave, as messages begin. */
export const nameOf = ({ label, text }: GivenSide) => `${label} ${text}`

/** A side whose daprd can't be built, or doesn't start once it is. */
export class BuildError extends DaprPerfError {
  constructor(
    /** The side that it is. */
    readonly side: GivenSide,
    why: string,
    options?: ErrorOptions,
  ) {
    super(`${nameOf(side)}: daprd can't be built: ${why}`, options)
  }
}
