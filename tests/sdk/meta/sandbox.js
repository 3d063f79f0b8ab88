// Starts omnify-sandbox on free ports and speaks to its control interface.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
const PROGRAM = process.env.OMNIFY_SANDBOX ?? join(ROOT, 'build/release/bin/omnify-sandbox')
const START_LIMIT_MS = 20_000

/** `more`: further arguments of the program. */
export async function startSandbox(more = []) {
  const folder = mkdtempSync(join(tmpdir(), 'omnify-sandbox-'))
  const ready = join(folder, 'ready.json')
  const token = 'control-token-of-the-sdk-check'
  const child = spawn(
    PROGRAM,
    [
      ...['--port', '0', '--control-port', '0', '--control-token', token, '--ready-file', ready],
      ...['--report-milliseconds', '300', ...more]
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] }
  )
  const exited = once(child, 'exit')
  await untilExists(ready, child)
  const access = JSON.parse(readFileSync(ready, 'utf8'))

  async function control(method, path, body) {
    const response = await fetch(`${access.control_url}/control/${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}` },
      body: body && JSON.stringify(body)
    })
    const document = await response.json()
    if (!response.ok) throw new Error(`control ${path}: ${document.error}`)
    return document
  }

  async function stop() {
    child.kill('SIGTERM')
    const [code] = await exited
    rmSync(folder, { recursive: true })
    return code
  }

  return { access, control, stop }
}

async function untilExists(path, child) {
  const deadline = Date.now() + START_LIMIT_MS
  while (!existsSync(path)) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${PROGRAM} did not become ready`)
    await wait(20)
  }
}
