import type { Check } from '../compare/checks.js'
import { load, type Target } from '../measure/load.js'
import type { Measurement } from '../measure/measure.js'
import type { TestContext } from '../runner/test-context.js'
import { checkSidecarCount, type Metric } from './metrics.js'

const singleEvents = (topic: string) => ({
  name: 'dapr_component_pubsub_egress_count',
  labels: { topic, success: 'true' },
})

/** Checks that tester's sidecar has counted every event of the Dapr side, which published one a request. */
export const checkPublish = (
  test: TestContext,
  { requestsMade }: Measurement,
  topic: string,
): Promise<Check> => checkSidecarCount(test, 'tester', 'events', singleEvents(topic), requestsMade.dapr)

/**
 * Checks that tester's sidecar has counted every event of the baseline, and every bulk call of the Dapr side. Dapr 1.18
 * offers no count of the events in bulk calls, so a few of them outside the load are delivered, and those are counted.
 *
 * @param topic where both sides published
 * @param delivered the Dapr side's target, with the topic `delivered`, to which tester has to be subscribed
 */
export async function checkBulkPublish(
  test: TestContext,
  { requestsMade, eventsPerRequest }: Measurement,
  topic: string,
  delivered: Target,
): Promise<Check[]> {
  const few = await load(test, delivered, {
    what: 'bulk calls that are delivered',
    seconds: 1,
    qps: 2,
    connections: 1,
  })
  const count = (what: string, metric: Metric, expected: number) =>
    checkSidecarCount(test, 'tester', what, metric, expected)
  return [
    await count('single events', singleEvents(topic), requestsMade.baseline * eventsPerRequest.baseline),
    await count(
      'bulk calls',
      { name: 'dapr_component_pubsub_egress_bulk_count', labels: { topic, success: 'true' } },
      requestsMade.dapr,
    ),
    await count(
      'events delivered from bulk calls',
      {
        name: 'dapr_component_pubsub_ingress_count',
        labels: { topic: 'delivered', process_status: 'success' },
      },
      few.requestsMade * eventsPerRequest.dapr,
    ),
  ]
}
