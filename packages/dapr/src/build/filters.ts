import { DaprPerfError } from '@dapr-perf/errors'
import { type GitOptions, git } from './git.js'

/**
 * Refuses files that are something else in a checkout of the user's, by a filter of his such as Git LFS: filters are
 * programs, and none is run for a copy.
 *
 * @param folder a checkout without filters
 * @throws DaprPerfError with the first such file
 */
export async function refuseFiltered(
  repository: string,
  folder: string,
  { ofUser, ofCopy }: { ofUser: GitOptions; ofCopy: GitOptions },
): Promise<void> {
  const configured = await filtersOf(repository, ofUser)
  if (configured.size === 0) return
  const input = await git(folder, ['ls-files', '-z'], ofCopy)
  const printed = await git(folder, ['check-attr', '-z', '--stdin', 'filter'], { ...ofCopy, input })
  for (const [, path, filter] of printed.matchAll(/([^\0]*)\0filter\0([^\0]*)\0/g)) {
    if (!configured.has(filter as string)) continue
    throw new DaprPerfError(
      `the filter ${filter} makes ${path}, and is not run on a commit: check it out, and give its folder`,
    )
  }
}

/** The names of the filters that change files when the user checks them out. */
async function filtersOf(repository: string, options: GitOptions): Promise<Set<string>> {
  const args = ['config', '-z', '--get-regexp', '^filter\\..*\\.(smudge|process)$']
  const printed = await git(repository, args, options).catch(() => '') // 1: there is none
  options.signal?.throwIfAborted()
  const found = printed.matchAll(/filter\.([^\n]*)\.(?:smudge|process)\n([^\0]*)\0/g)
  return new Set([...found].flatMap(([, name, command]) => (command === 'cat' ? [] : (name as string))))
}
