import type { ProvenanceTrust, WriteReleasePlanAdmission } from '@slipway/admission/contract';
import type { BuilderAnswer } from '@slipway/build/contract';
import type { RegisterApplication, WriteReleasePlan } from '@slipway/planning/contract';
import { join } from 'node:path';

export const APPLICATION = 'acme/shop';
export const PLAN = 'acme/shop-to-prod';
export const ADMISSION = 'sre/shop';
export const COMPONENTS = ['api', 'web'] as const;
export const ENVIRONMENTS = ['staging', 'production'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

export const targetOf = (environment: Environment): string => `sre/${environment}/${APPLICATION}`;

/** Loopback port of each component in each environment. */
export type Ports = Readonly<Record<Environment, Readonly<Record<(typeof COMPONENTS)[number], number>>>>;

export const application = (repository: string): RegisterApplication => ({
  application: APPLICATION,
  repository,
  mainline: 'main',
  components: COMPONENTS.map((name) => ({
    name,
    recipe: { command: ['node', 'build.mjs', name], outputs: [`out/${name}`], timeoutSeconds: 60 },
  })),
});

export const plan: WriteReleasePlan = { plan: PLAN, application: APPLICATION, target: 'sre' };

/** What the managed team trusts: this build service, by its public key, and what it built from this repository. */
export const trust = ({ builders, keys }: BuilderAnswer, repository: string): ProvenanceTrust => ({
  builders: [...builders],
  keys: [...keys],
  repositories: [repository],
});

/** The managed team's half: staging by itself, production after verification and a second person, and back when it fails. */
export const admission = (hosts: string, environmentsRepository: string, ports: Ports, trusted: ProvenanceTrust): WriteReleasePlanAdmission => ({
  admission: ADMISSION,
  origin: 'acme',
  applications: ['shop'],
  trust: trusted,
  environments: [
    {
      name: 'staging',
      gates: [
        {
          type: 'policy',
          name: 'baseline',
          rules: [
            {
              code: 'VERSION_ZERO',
              expression: '!release.candidate.startsWith("0.")',
              message: 'versions 0.x are experiments and do not enter managed environments',
            },
            {
              code: 'BUILT_FROM_OTHER_COMMIT',
              expression: 'provenance.predicate.buildDefinition.externalParameters.commit == snapshot.commit',
              message: 'the provenance names another commit than the snapshot',
            },
          ],
        },
      ],
      steps: steps('staging', hosts, environmentsRepository, ports),
      onFailure: 'stop',
    },
    {
      name: 'production',
      gates: [{ type: 'upstream-verified' }, { type: 'approval', count: 1 }, { type: 'freeze' }],
      steps: steps('production', hosts, environmentsRepository, ports),
      onFailure: 'rollback',
    },
  ],
});

function steps(environment: Environment, hosts: string, environmentsRepository: string, ports: Ports): WriteReleasePlanAdmission['environments'][number]['steps'] {
  return [
    ...COMPONENTS.map((component) => ({
      name: `deploy-${component}`,
      type: 'host.deploy' as const,
      component,
      directory: join(hosts, environment, component),
      command: ['node', `out/${component}/server.mjs`],
      environment: { PORT: String(ports[environment][component]), ENVIRONMENT: environment },
      keep: 3,
    })),
    ...COMPONENTS.map((component) => ({
      name: `verify-${component}`,
      type: 'http.verify' as const,
      url: `http://127.0.0.1:${ports[environment][component]}/health`,
      bodyContains: `"component":"${component}"`,
      // A busy machine may take seconds to start a process.
      tries: 24,
      intervalSeconds: 0.25,
    })),
    {
      name: 'record',
      type: 'git.commit' as const,
      repository: environmentsRepository,
      branch: 'main',
      path: `${environment}/shop.yaml`,
      content: 'candidate: ${candidate}\nsnapshot: ${snapshot}\napi: ${digest.api}\nweb: ${digest.web}\n',
    },
  ];
}
