/** Former syntax of cases, and its replacement. */
const changes: [before: RegExp, now: string][] = [
  [
    /\btargetEndpoint\b/,
    "{ targetEndpoint: 'http://…' }: now target.app('testapp', '/test'), target.invoke('testapp', 'test'), target.state(…), " +
      'target.publish(…) or target.noop(), in targets: { baseline, dapr } of the case (or in measure(test, …) of a test function)',
  ],
  [/\bstateStore: true\b/, "stateStore: true: now components: [{ name: 'statestore', typeName: 'state' }]"],
  [
    /\btest\.stateStore\b|\bstateStore\.save\b/,
    'stateStore.save(test, key, value): now saveState(test, store, key, value) in prepare(test)',
  ],
  [/\bstateStore\.direct\b/, 'stateStore.direct(key) ?? …: now target.store(store, key, otherwise)'],
  [/\btest\.httpGetNTimes\b/, 'test.httpGetNTimes(url, n): now httpGetNTimes(test, url, n)'],
  [
    /\btest\.acquireAppExternalURL\b/,
    'test.acquireAppExternalURL(name): now acquireAppExternalURL(test, name)',
  ],
  [/\btest\.platform\b/, 'test.platform: now test.apps.get(name)'],
  [
    /\bcheckStateAnswers\b/,
    'checkStateAnswers: now checkStoredValue(measurement) in verify(test, measurement)',
  ],
  [/\bcheckPublish\b/, 'checkPublish: now checkPublished(test, measurement) in verify(test, measurement)'],
  [
    /\bcheckBulkPublish\b/,
    'checkBulkPublish: now checkPublished(test, measurement) and checkDelivered(test, target, topic) in verify',
  ],
  [/\bSUBSCRIBE: `/, 'SUBSCRIBE: now SUBSCRIBE_PUBSUB: { component: NAME } and SUBSCRIBE_TOPIC'],
]

/** The replacements of syntax from before version 2 in a case's text, one line each. */
export function formerSyntax(text: string): string[] {
  return changes.filter(([before]) => before.test(text)).map(([, now]) => `  ${now}`)
}
