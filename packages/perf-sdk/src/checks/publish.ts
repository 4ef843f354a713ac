import type { TestContext } from '../case/test-context.js'
import { testerName } from '../description/apps.js'
import { eventsPerRequest, type PublishTarget as Publish } from '../description/target.js'
import type { Metric } from '../http/prometheus.js'
import type { Check } from '../model/check.js'
import type { Measurement } from '../model/measurement.js'
import { checkSidecarCount } from './sidecar-metrics.js'

const singleEvents = (topic: string): Metric => ({
  name: 'dapr_component_pubsub_egress_count',
  labels: { topic, success: 'true' },
})
const bulkCalls = (topic: string): Metric => ({
  name: 'dapr_component_pubsub_egress_bulk_count',
  labels: { topic, success: 'true' },
})
const delivered = (topic: string): Metric => ({
  name: 'dapr_component_pubsub_ingress_count',
  labels: { topic, process_status: 'success' },
})

/**
 * Checks that tester's sidecar has counted all that the variants published: every event, or every call if published in
 * bulk. Nothing else may have published to their topics.
 */
export async function checkPublished(
  test: Pick<TestContext, 'apps' | 'signal'>,
  { targets, sent }: Measurement,
): Promise<Check[]> {
  // A sidecar counts by topic: variants that publish to the same one are counted together.
  const expected = new Map<string, { variants: string[]; target: Publish; count: number }>()
  for (const [variant, target] of Object.entries(targets)) {
    if (target.kind !== 'publish') continue
    const key = JSON.stringify([target.topic, target.bulk])
    const { variants, count } = expected.get(key) ?? { variants: [], count: 0 }
    const more = (sent[variant] ?? 0) * (target.bulk ? 1 : target.events)
    expected.set(key, { variants: [...variants, variant], target, count: count + more })
  }
  const checks: Check[] = []
  for (const { variants, target, count } of expected.values()) {
    const { topic, bulk } = target
    checks.push(
      await checkSidecarCount(test, `${variants.join('-')}.published`, {
        appName: testerName,
        what: bulk ? 'bulk calls' : 'events',
        metric: bulk ? bulkCalls(topic) : singleEvents(topic),
        expected: count,
      }),
    )
  }
  return checks
}

/**
 * Checks that bulk calls are delivered with all their events. Dapr 1.18 has no metric for the events in bulk calls, so
 * this makes a few calls to another topic, outside the measured loads, and checks how many events are delivered.
 *
 * @param topic the one that tester is subscribed to
 */
export async function checkDelivered(test: TestContext, bulk: Publish, topic: string): Promise<Check> {
  const few: Publish = { ...bulk, topic }
  const options = { what: 'bulk calls that are delivered', seconds: 1, rate: 2, connections: 1 }
  const { sent } = await test.load(few, options)
  return checkSidecarCount(test, 'dapr.delivered', {
    appName: testerName,
    what: 'events delivered from bulk calls',
    metric: delivered(topic),
    expected: sent * eventsPerRequest(few),
  })
}
