import { open } from 'node:fs/promises'

/** Whether a program is a text file that another program reads, such as a shell. */
export async function isScript(program: string): Promise<boolean> {
  await using file = await open(program)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
  return buffer.toString('latin1', 0, bytesRead) === '#!'
}
