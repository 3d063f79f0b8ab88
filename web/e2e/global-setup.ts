import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as wait } from "node:timers/promises";

const PROGRAM = process.env.OMNIFY_PROGRAM ?? fileURLToPath(new URL("../../build/release/bin/omnify", import.meta.url));
const START_MILLISECONDS = 180_000;
const STOP_MILLISECONDS = 30_000;

interface Demo {
  url: string;
  email: string;
  password: string;
  sandbox_url: string;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}

async function readDemo(file: string): Promise<Demo | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Demo;
  } catch {
    return null;
  }
}

async function isReady(demo: Demo): Promise<boolean> {
  try {
    return (await fetch(new URL("/api/health/ready", demo.url))).ok;
  } catch {
    return false;
  }
}

async function waitForDemo(program: ChildProcess, file: string, output: () => string): Promise<Demo> {
  const deadline = Date.now() + START_MILLISECONDS;
  while (Date.now() < deadline) {
    if (program.exitCode !== null) throw new Error(`omnify demo ended with ${program.exitCode}:\n${output()}`);
    const demo = await readDemo(file);
    if (demo && (await isReady(demo))) return demo;
    await wait(200);
  }
  throw new Error(`omnify demo was not ready after ${START_MILLISECONDS / 1000} s:\n${output()}`);
}

async function stop(program: ChildProcess, folder: string): Promise<void> {
  if (program.exitCode === null) {
    const ended = new Promise((resolve) => program.once("exit", resolve));
    program.kill("SIGTERM");
    await Promise.race([ended, wait(STOP_MILLISECONDS, undefined, { ref: false })]);
    if (program.exitCode === null && program.signalCode === null) program.kill("SIGKILL");
  }
  await rm(folder, { recursive: true, force: true });
}

/** Starts the real product with its sandbox, unless the environment names one that runs. */
export default async function globalSetup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.OMNIFY_URL) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "omnify-e2e-"));
  const port = await freePort();
  const program = spawn(PROGRAM, ["demo", "--port", String(port), "--data", folder, "--no-browser"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-8_000);
  };
  program.stdout.on("data", keep);
  program.stderr.on("data", keep);
  program.on("error", (error) => keep(Buffer.from(String(error))));
  try {
    const demo = await waitForDemo(program, join(folder, "demo.json"), () => output);
    process.env.OMNIFY_URL = demo.url;
    process.env.OMNIFY_EMAIL = demo.email;
    process.env.OMNIFY_PASSWORD = demo.password;
  } catch (error) {
    await stop(program, folder);
    throw error;
  }
  return () => stop(program, folder);
}
