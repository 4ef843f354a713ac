import { expect, it } from 'vitest'
import { sumOf } from '../../src/http/prometheus.js'

const text = `# HELP dapr_component_pubsub_egress_count The number of outgoing messages.
# TYPE dapr_component_pubsub_egress_count counter
dapr_component_pubsub_egress_count{app_id="tester",success="true",topic="orders"} 120
dapr_component_pubsub_egress_count{app_id="tester",success="true",topic="orders2"} 7
dapr_component_pubsub_egress_count{app_id="tester",success="false",topic="orders"} 3
dapr_component_pubsub_egress_count_total{app_id="tester",success="true",topic="orders"} 9
process_open_fds 12
go_memstats_mallocs_total 1.5e+06
`
const name = 'dapr_component_pubsub_egress_count'

it('a metric is the sum of the samples that have the labels', () => {
  expect(sumOf(text, { name, labels: { topic: 'orders' } })).toBe(123)
  expect(sumOf(text, { name, labels: { topic: 'orders', success: 'true' } })).toBe(120)
  expect(sumOf(text, { name })).toBe(130)
  expect(sumOf(text, { name: 'process_open_fds' })).toBe(12)
  expect(sumOf(text, { name: 'go_memstats_mallocs_total' })).toBe(1_500_000)
})

it('a label is found whose value its format has to escape', () => {
  const escaped = String.raw`x{topic="a\\b \"c\"",success="true"} 4`
  expect(sumOf(escaped, { name: 'x', labels: { topic: 'a\\b "c"' } })).toBe(4)
})

it('a metric without such samples is not known', () => {
  expect(sumOf(text, { name, labels: { topic: 'nothing' } })).toBeUndefined()
  expect(sumOf('', { name })).toBeUndefined()
})

it('the end of a label is not taken for the whole of it', () => {
  expect(sumOf('x{my_topic="orders"} 1\n', { name: 'x', labels: { topic: 'orders' } })).toBeUndefined()
})
