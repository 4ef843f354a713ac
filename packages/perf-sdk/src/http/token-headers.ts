/**
 * The headers, or over gRPC the metadata, of a request to Dapr's API.
 *
 * @param apiToken the one that the sidecar requires, if any
 */
export const tokenHeaders = (apiToken: string | undefined): Record<string, string> =>
  apiToken === undefined ? {} : { 'dapr-api-token': apiToken }
