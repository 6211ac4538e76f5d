import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { toProblem } from '@slipway/kernel';
import { OLE } from './cast.js';
import { demo, type DemoResult } from './demo.js';
import { stopHosts } from './hosts.js';
import { resultAsJson, summary, timeline } from './result.js';

const USAGE = `npm run demo [-- options]

Carries a sample application from a commit to production and back, on real parts.

  -o, --output text|json   text: the story and its timeline (default); json: one document on stdout
      --keep               leave everything running until Ctrl-C
  -h, --help
`;

interface Choices {
  readonly json: boolean;
  readonly keep: boolean;
}

async function main(): Promise<number> {
  const choices = parse();
  if (choices === undefined) return 2;
  const talk = (line: string): void => void process.stderr.write(`${line}\n`);
  const directory = mkdtempSync(join(tmpdir(), 'slipway-demo-'));
  let ok = false;
  try {
    const result = await demo({ directory, talk });
    if (choices.json) process.stdout.write(`${JSON.stringify(resultAsJson(result), null, 2)}\n`);
    else process.stdout.write(`${timeline(result)}\n${summary(result)}\n`);
    if (choices.keep) await keep(result, directory, talk);
    await result.platform.stop();
    ok = result.ok;
    return ok ? 0 : 1;
  } finally {
    await stopHosts(join(directory, 'hosts'));
    if (ok) rmSync(directory, { recursive: true, force: true });
    else talk(`\nLogs and data are left in ${directory}`);
  }
}

function parse(): Choices | undefined {
  try {
    const { values } = parseArgs({
      options: { output: { type: 'string', short: 'o', default: 'text' }, keep: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    });
    if (values.help || !['text', 'json'].includes(values.output)) {
      (values.help ? process.stdout : process.stderr).write(values.help ? USAGE : `demo: --output must be text or json\n\n${USAGE}`);
      if (values.help) process.exit(0);
      return undefined;
    }
    return { json: values.output === 'json', keep: values.keep };
  } catch (error) {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return undefined;
  }
}

/** Everything stays up until somebody presses Ctrl-C. */
async function keep({ platform, cast }: DemoResult, directory: string, talk: (line: string) => void): Promise<void> {
  talk(`\nEverything keeps running, in ${directory}. Try, from another terminal:`);
  const token = join(directory, 'ole.token');
  writeFileSync(token, `${cast.tokenOf(OLE)}\n`, { mode: 0o600 });
  talk(`  export SLIPWAY_URL=${platform.connections.gateway} SLIPWAY_TOKEN_FILE=${token}   # an operator of sre`);
  talk('  npx slipway matrix');
  talk('Ctrl-C ends it.');
  await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const { code, detail } = toProblem(error);
    process.stderr.write(`demo: ${code}: ${code === 'INTERNAL' && error instanceof Error ? error.stack : detail}\n`);
    process.exit(1);
  },
);
