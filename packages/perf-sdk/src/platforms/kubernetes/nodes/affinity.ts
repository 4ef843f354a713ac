import type { App } from '../../../description/app.js'

/** Whether an app has to run on the same node as another one. */
export const hasAffinityTo = ({ podAffinityLabels }: App, { labels }: App) => {
  const wanted = Object.entries(podAffinityLabels)
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
}
