/** Times in milliseconds. */
export interface Histogram {
  count: number
  min: number
  max: number
  mean: number
  buckets: Bucket[]
}

export interface Bucket {
  start: number
  end: number
  count: number
}
