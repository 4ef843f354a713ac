import type { Check } from '../compare/checks.js'
import { load, type Target } from '../measure/load.js'
import type { Measurement } from '../measure/measure.js'
import type { TestContext } from '../runner/test-context.js'
import { checkSidecarCount } from './metrics.js'

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
  const count = (what: string, name: string, labels: Record<string, string>, expected: number) =>
    checkSidecarCount(test, 'tester', what, { name: `dapr_component_pubsub_${name}`, labels }, expected)
  return [
    await count(
      'single events',
      'egress_count',
      { topic, success: 'true' },
      requestsMade.baseline * eventsPerRequest.baseline,
    ),
    await count('bulk calls', 'egress_bulk_count', { topic, success: 'true' }, requestsMade.dapr),
    await count(
      'events delivered from bulk calls',
      'ingress_count',
      { topic: 'delivered', process_status: 'success' },
      few.requestsMade * eventsPerRequest.dapr,
    ),
  ]
}
