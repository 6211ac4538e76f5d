import { SlipwayError } from '@slipway/kernel';
import { Option } from 'commander';
import { type CommandModule, verb } from './cli.js';
import { type Credential, keepCredential } from './credentials.js';
import { checkedUrl, gatewayUrlOf } from './gateway-address.js';
import { oidcLogin } from './oidc-login.js';
import type { Session } from './session.js';
import { type Whoami } from './whoami.verbs.js';

interface Options {
  readonly url?: string;
  readonly tokenStdin?: boolean;
  readonly clientId: string;
}

export const loginVerbs: CommandModule = (program, cli) => {
  verb(program, {
    usage: 'login',
    group: 'platform',
    summary: 'sign in at a gateway, and keep the token for the commands that follow',
    example: 'login --url https://slipway.example.org',
  })
    .option('--url <url>', 'the gateway (SLIPWAY_URL; default: that of the platform that runs here)')
    .addOption(new Option('--token-stdin', 'with a token of Slipway, read from stdin').conflicts('oidc'))
    .option('--oidc', 'with the OpenID provider of the gateway, in a browser (the default)')
    .option('--client-id <id>', 'as which client of the provider', 'slipway-cli')
    .action(
      cli.action(async (session, { url: given, tokenStdin, clientId }: Options) => {
        const { io } = session;
        const url = given === undefined ? gatewayUrlOf(io) : checkedUrl(given);
        const signedIn = tokenStdin ? await withToken(session, url, (await io.stdin()).trim()) : await withOidc(session, url, clientId);
        session.output.data({ url, ...signedIn }, () => `signed in at ${url} as ${signedIn.sub}, until ${signedIn.expires}`);
      }),
    );
};

async function withToken(session: Session, url: string, token: string): Promise<Whoami> {
  if (token === '') throw new SlipwayError('INVALID_COMMAND', 'stdin holds no token');
  const whoami = await session.io.connectGateway({ url, token }).ask<Whoami>('GET', '/whoami');
  return kept(session, url, { token, expires: whoami.expires }, whoami);
}

async function withOidc(session: Session, url: string, clientId: string): Promise<Whoami> {
  const { io } = session;
  const credential = await oidcLogin({
    url,
    clientId,
    show: (page) => {
      io.err(`sign in with a browser: ${page}`);
      io.openPage(page);
    },
  });
  return kept(session, url, credential, await io.connectGateway({ url, token: credential.token }).ask<Whoami>('GET', '/whoami'));
}

function kept(session: Session, url: string, credential: Credential, whoami: Whoami): Whoami {
  const { environment } = session.io;
  session.output.say(`the token is kept in ${keepCredential(url, credential, environment)}`);
  const first = ['SLIPWAY_TOKEN', 'SLIPWAY_TOKEN_FILE'].find((name) => environment[name]);
  if (first) session.output.say(`${first} is set: commands go with that token, and not with this one`);
  return whoami;
}
