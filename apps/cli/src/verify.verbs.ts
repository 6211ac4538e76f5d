import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { VerificationTrust } from '@slipway/admission/contract';
import { ArtifactStore } from '@slipway/artifact-store';
import { DIGEST_FORM, ERRORS, SlipwayError, validated } from '@slipway/kernel';
import { keyTrustFrom, parseStrictJson, provenanceTrustFrom } from '@slipway/provenance';
import { type CommandModule, verb } from './cli.js';
import { type Chain, chainsOf, type ChainTrust, type Link } from './verify-chain.js';

interface Options {
  readonly artifacts: string;
  readonly trust: string;
  readonly target?: string;
}

export const verifyVerbs: CommandModule = (program, cli) => {
  verb(program, {
    usage: 'verify <file-or-digest>',
    group: 'operators',
    summary: 'check without any service who built an artifact, from what, and who let it in; exit code 3 when a link does not hold',
    example: 'verify ./server.tar.gz --artifacts .slipway/artifacts --trust trust.json',
  })
    .requiredOption('--artifacts <directory>', "an OCI image layout: the platform's, or a copy of it")
    .requiredOption('--trust <file>', 'JSON: builders, keys, threshold, repositories as in an admission, and decisions with the keys of admission')
    .option('--target <target>', 'count only decisions for this target, such as sre/production/acme/shop')
    .action(
      cli.action(async ({ io, output }, artifact: string, { artifacts, trust, target }: Options) => {
        const at = (path: string): string => resolve(io.directory, path);
        const digest = await digestOf(artifact, at(artifact));
        const chains = await chainsOf(digest, ArtifactStore.openExisting(at(artifacts)), { ...readTrust(at(trust)), target, at: new Date().toISOString() });
        const ok = chains.some((chain) => chain.ok);
        output.data({ digest, ok, chains }, () => report(digest, chains, ok));
        return ok ? 0 : ERRORS.REVIEW_DENIED.exit;
      }),
    );
};

/** A digest is taken as it is; everything else is a file. @throws SlipwayError ARTIFACT_NOT_FOUND */
async function digestOf(artifact: string, path: string): Promise<string> {
  if (DIGEST_FORM.test(artifact)) return artifact;
  if (!existsSync(path)) throw new SlipwayError('ARTIFACT_NOT_FOUND', `${artifact} is neither a file nor a digest (sha256: and 64 hexadecimal digits in lower case)`);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest('hex')}`;
}

/** @throws SlipwayError TRUST_INVALID, INVALID_COMMAND */
function readTrust(file: string): Pick<ChainTrust, 'provenance' | 'decisions'> {
  const listed = validated(VerificationTrust, parseJson(file));
  return { provenance: provenanceTrustFrom(listed), decisions: keyTrustFrom(listed.decisions) };
}

function parseJson(file: string): object {
  try {
    const value = parseStrictJson(readFileSync(file));
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    throw new SlipwayError('TRUST_INVALID', `${file} can't be read: ${error instanceof Error ? error.message : String(error)}`, [], { cause: error });
  }
  throw new SlipwayError('TRUST_INVALID', `${file} must hold a JSON object`);
}

function report(digest: string, chains: readonly Chain[], ok: boolean): string {
  const lines = chains.flatMap(({ links }) => [...links.flatMap(linkLines), '']);
  const nowhere = chains.length === 0 ? [`no snapshot in these artifacts holds ${digest}`] : [];
  return [...lines, ...nowhere, ok ? 'verified' : 'NOT verified'].join('\n');
}

const linkLines = ({ link, what, ok, reasons }: Link): string[] => [`${ok ? 'ok ' : 'NO '} ${link.padEnd(10)} ${what}`, ...reasons.map(({ code, message }) => `      ${code}: ${message}`)];
