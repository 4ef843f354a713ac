import type { ThirdParty } from '@dapr-perf/cluster'
import { readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import type { Command } from 'commander'
import { chooseComponents, findCases, loadCase } from 'perf-sdk/runner'
import { chooseCase } from '../choose-cases.js'
import { stateStoreOf } from '../state-store-option.js'
import { report } from '../terminal/report.js'

/** Loaded on demand: the Kubernetes client takes half a second to load. */
async function connect() {
  const [{ connectToCluster }, tasks] = await Promise.all([
    import('@dapr-perf/kubernetes'),
    import('@dapr-perf/cluster'),
  ])
  return { cluster: connectToCluster(), ...tasks }
}

/** Dapr's default for keyPrefix: the app id. */
const daprsOwnKeyPrefix = 'appid'

/** The names of the state stores in Dapr's own performance tests. */
const namesInGoSuite: Record<string, string> = {
  'state.in-memory': 'inmemorystate',
  'state.redis': 'redisstate',
}

/** The Go suite's tasks for a cluster, by their names. */
export function addClusterTasks(program: Command): void {
  program.commandsGroup('Cluster:')
  addNamespaceTasks(program)
  addDaprTasks(program)
  addSetupTasks(program)
}

function addNamespaceTasks(program: Command): void {
  program
    .command('create-test-namespace')
    .description('create DAPR_TEST_NAMESPACE')
    .action(async () => {
      const { cluster, createNamespace } = await connect()
      const { testNamespace } = readKubernetesSettings()
      const isNew = await createNamespace(cluster, testNamespace)
      report(`namespace ${testNamespace}: ${isNew ? 'created' : 'already exists'}`)
    })
  program
    .command('delete-test-namespace')
    .description(
      'delete DAPR_TEST_NAMESPACE, if dapr-perf has created it, and what a Dapr installed in it has put elsewhere',
    )
    .action(async () => {
      const { cluster, deleteTestNamespace } = await connect()
      await deleteTestNamespace(cluster, { report })
    })
  program
    .command('test-clean')
    .description('remove everything that dapr-perf has put into the cluster')
    .action(async () => {
      const { cluster, cleanCluster } = await connect()
      const { removeDeadRuns } = await import('perf-sdk/kubernetes')
      const lines = await removeDeadRuns(cluster)
      for (const line of lines) report(`removed ${line}`)
      const removed = await cleanCluster(cluster, { report })
      if (lines.length === 0 && !removed) report('nothing was left over in the cluster')
    })
}

function addDaprTasks(program: Command): void {
  program
    .command('docker-deploy-k8s')
    .description("install or upgrade Dapr's control plane in DAPR_NAMESPACE, with helm")
    .option('--adopt', 'first remove conflicting objects of an earlier Dapr installation that is gone')
    .option(
      '--change-foreign',
      'change a Dapr that dapr-perf did not install; without it, what would change is listed',
    )
    .action(async ({ adopt, changeForeign }: { adopt?: boolean; changeForeign?: boolean }) => {
      const { cluster, deployDapr } = await connect()
      await deployDapr(cluster, { adopt: adopt ?? false, changeForeign: changeForeign ?? false, report })
    })
  program
    .command('helm-uninstall')
    .description(
      "remove Dapr's control plane from DAPR_NAMESPACE, if dapr-perf has installed it, and nothing else",
    )
    .action(async () => {
      const { cluster, uninstallDapr } = await connect()
      const { daprNamespace } = readKubernetesSettings()
      const wasThere = await uninstallDapr(cluster, daprNamespace)
      report(`Dapr in namespace ${daprNamespace}: ${wasThere ? 'uninstalled' : 'is not installed'}`)
    })
}

function addSetupTasks(program: Command): void {
  for (const name of ['redis', 'kafka', 'mongodb'] as const)
    addThirdPartyTask(program, `setup-test-env-${name}`, [name])
  addThirdPartyTask(program, 'setup-3rd-party', ['redis', 'kafka', 'mongodb'])
  program
    .command('setup-app-configurations')
    .description('create the configurations disable-telemetry and obs-defaultmetric in DAPR_TEST_NAMESPACE')
    .action(async () => {
      const { cluster, setupAppConfigurations } = await connect()
      await setupAppConfigurations(cluster, { report })
    })
  program
    .command('setup-disable-mtls')
    .description('turn mTLS off in DAPR_NAMESPACE; docker-deploy-k8s turns it on again')
    .option('--change-foreign', 'change a Dapr that dapr-perf did not install')
    .action(async ({ changeForeign }: { changeForeign?: boolean }) => {
      const { cluster, setupDisableMtls } = await connect()
      await setupDisableMtls(cluster, { changeForeign: changeForeign ?? false, report })
    })
  program
    .command('setup-test-components')
    .description('create the components of these cases in DAPR_TEST_NAMESPACE; `run` creates its own')
    .argument('<case...>', 'the cases whose components are needed; `dapr-perf list` shows them')
    .action(async (names: string[]) => {
      const { cases } = findCases(process.cwd())
      const loaded = await Promise.all(names.map((name) => loadCase(chooseCase(name, cases))))
      const stateStore = stateStoreOf({})
      const { cluster, setupTestComponents } = await connect()
      const host = { cluster, settings: readKubernetesSettings(), signal: new AbortController().signal }
      const components = await Promise.all(
        loaded.map((one) =>
          chooseComponents(one.case.components, {
            stateStore,
            keyPrefix: daprsOwnKeyPrefix,
            use: (resource) => resource.kubernetes(host),
          }),
        ),
      )
      const named = components.flat().map((component) => ({
        ...component,
        name: namesInGoSuite[component.typeName] ?? component.name,
      }))
      await setupTestComponents(cluster, named, { report })
    })
}

function addThirdPartyTask(program: Command, task: string, names: ThirdParty[]): void {
  program
    .command(task)
    .description(`install ${names.join(', ')} in DAPR_TEST_NAMESPACE and wait until ready`)
    .option('--dry-run', 'let the cluster validate the manifests, without creating anything')
    .action(async ({ dryRun }: { dryRun?: boolean }) => {
      const { cluster, setupThirdParty } = await connect()
      for (const name of names) await setupThirdParty(cluster, name, { dryRun: dryRun ?? false, report })
    })
}
