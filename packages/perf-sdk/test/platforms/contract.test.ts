import { testapp, tester } from '../../src/description/apps.js'
import { FakePlatform } from '../fakes/fake-platform.js'
import { describePlatform } from '../platform-contract.js'

describePlatform('the fake platform', {
  platform: async () => new FakePlatform(),
  apps: [tester(), testapp()],
  daprd: async () => '/fake/daprd',
})
