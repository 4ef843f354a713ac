import type { Command } from 'commander'
import { findCases, loadCase, readKubernetesSettings } from 'perf-sdk'
import type { ThirdParty } from 'perf-sdk/cluster'
import { chooseCase, stateStoreOfEnvironment } from '../run/run.js'
import { report } from './report.js'

/** The Kubernetes client takes half a second to load: only what needs it pays for it. */
async function connect() {
  const [{ connectToCluster }, tasks] = await Promise.all([
    import('perf-sdk/kubernetes'),
    import('perf-sdk/cluster'),
  ])
  return { cluster: connectToCluster(), ...tasks }
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
      report(`namespace ${testNamespace}: ${isNew ? 'created' : 'is there already'}`)
    })
  program
    .command('delete-test-namespace')
    .description('delete DAPR_TEST_NAMESPACE, and what a Dapr in it has put elsewhere')
    .action(async () => {
      const { cluster, deleteTestNamespace } = await connect()
      await deleteTestNamespace(cluster, { report })
    })
  program
    .command('test-clean')
    .description('remove everything that dapr-perf has put anywhere into the cluster')
    .action(async () => {
      const { cluster, cleanCluster } = await connect()
      await cleanCluster(cluster, { report })
    })
}

function addDaprTasks(program: Command): void {
  program
    .command('docker-deploy-k8s')
    .description("install or upgrade Dapr's control plane in DAPR_NAMESPACE, with helm")
    .option('--adopt', 'remove what an earlier Dapr, which is gone, has left and what stands in the way')
    .action(async ({ adopt }: { adopt?: boolean }) => {
      const { cluster, deployDapr } = await connect()
      await deployDapr(cluster, { adopt: adopt ?? false, report })
    })
  program
    .command('helm-uninstall')
    .description("remove Dapr's control plane from DAPR_NAMESPACE, and nothing else")
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
    .description('put the configurations disable-telemetry and obs-defaultmetric into DAPR_TEST_NAMESPACE')
    .action(async () => {
      const { cluster, setupAppConfigurations } = await connect()
      await setupAppConfigurations(cluster, { report })
    })
  program
    .command('setup-disable-mtls')
    .description('turn mTLS off in DAPR_NAMESPACE; docker-deploy-k8s turns it on again')
    .action(async () => {
      const { cluster, setupDisableMtls } = await connect()
      await setupDisableMtls(cluster, { report })
    })
  program
    .command('setup-test-components')
    .description('put the components of the named cases into DAPR_TEST_NAMESPACE; `run` brings its own')
    .argument('<case...>', 'the cases whose components are needed; `dapr-perf list` shows them')
    .action(async (names: string[]) => {
      const { cases } = findCases(process.cwd())
      const runners = await Promise.all(names.map((name) => loadCase(chooseCase(name, cases))))
      const { cluster, setupTestComponents } = await connect()
      await setupTestComponents(cluster, runners, { stateStore: stateStoreOfEnvironment(), report })
    })
}

function addThirdPartyTask(program: Command, task: string, names: ThirdParty[]): void {
  program
    .command(task)
    .description(`put ${names.join(', ')} into DAPR_TEST_NAMESPACE and wait until it is ready`)
    .option('--dry-run', 'let the cluster check it, and keep nothing')
    .action(async ({ dryRun }: { dryRun?: boolean }) => {
      const { cluster, setupThirdParty } = await connect()
      for (const name of names) await setupThirdParty(cluster, name, { dryRun: dryRun ?? false, report })
    })
}
