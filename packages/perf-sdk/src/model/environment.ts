/** What the figures of a case depend on. */
export interface Environment {
  platform: 'local' | 'kubernetes'
  programs: Programs
  /** The machine, on the platform local. */
  host?: Host | undefined
  /** The cluster and the nodes of the pods, on the platform kubernetes. */
  cluster?: ClusterEnvironment | undefined
  dapr: DaprEnvironment
}

/** What was measured. */
export interface Programs {
  daprd?: DaprdProgram | undefined
  /** On Kubernetes it is part of tester's image. */
  fortio?: Program | undefined
  apps: Record<string, AppProgram>
}

/** A file on the platform local, an image on the platform kubernetes. */
interface Program {
  path?: string | undefined
  sha256?: string | undefined
  /** Its reference, as it was asked for. */
  image?: string | undefined
  /** What the nodes ran, usually with its digest. */
  imageID?: string | undefined
}

interface DaprdProgram extends Program {
  /** What it says itself. */
  version: string
  /** Where it was found, on the platform local. */
  source?: 'DAPR_PERF_DAPRD' | '~/.dapr/bin' | 'cache' | 'release' | 'go build' | undefined
}

interface AppProgram {
  /** The files that its command names, on the platform local. */
  files?: { path: string; sha256?: string | undefined }[] | undefined
  image?: string | undefined
  imageID?: string | undefined
  /** Version of the Node.js that runs it, if it is one of ours. */
  node?: string | undefined
  /** The environment variables that the case gives it, with secrets masked. */
  env: Record<string, string>
  /** The same of its sidecar's. */
  daprEnv?: Record<string, string> | undefined
  /** Flags of its sidecar besides those that every sidecar has, with secrets masked; absent if there are none. */
  daprArgs?: Record<string, string> | undefined
}

interface Host {
  os: string
  cpuModel: string
  /** That the run might use. */
  cores: number
  /** Of their time, in cores, that its control group lets it use, as in a container; absent without a limit. */
  cpuLimit?: number | undefined
  /** What decides the processors' frequencies, such as `powersave`; absent where that is not told. */
  frequencyGovernor?: string | undefined
  memoryBytes: number
  /** Before the run, over 1, 5 and 15 minutes. */
  loadAverage: number[]
}

interface ClusterEnvironment {
  kubernetes: string
  context: string
  namespace: string
  nodes: ClusterNode[]
  /**
   * What the cluster's admission added to the pods of each app, or changed in them, besides Dapr's sidecar: containers,
   * variables, … by their names. Absent if nothing was.
   */
  admission?: Record<string, string[]> | undefined
}

export interface ClusterNode {
  name: string
  os?: string | undefined
  kubelet?: string | undefined
  instanceType?: string | undefined
  cores?: number | undefined
  memoryBytes?: number | undefined
}

/** The settings of the sidecars, with secrets masked. */
export interface DaprEnvironment {
  mtls: boolean
  apiLogging: boolean
  metrics: boolean
  tracing: boolean
  nameResolution: string
  /** A sidecar's CPU and memory, on the platform kubernetes. */
  sidecarResources?: { requests: Quantities; limits: Quantities } | undefined
  /** The spec of their Configuration. */
  configuration: Record<string, unknown>
  components: ComponentSettings[]
  /** What they were given as files, components included. */
  resources?: Record<string, unknown>[] | undefined
  /** By app, what the case sets for it and its sidecar, with defaults, besides variables, flags and images. */
  apps?: Record<string, Record<string, unknown>> | undefined
}

interface ComponentSettings {
  name: string
  type: string
  version?: string | undefined
  metadata: Record<string, string>
  /** The apps whose sidecars load it. */
  scopes?: string[] | undefined
}

type Quantities = Record<string, string>
