import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InMemoryEventStore, type RecordedEvent } from '@slipway/event-store';
import { type Logger, type Projection, type ServiceConfig, Views } from '@slipway/service-kit';
import * as facts from './facts.fixtures.js';
import { recorded } from './log.fixtures.js';
import { PROJECTIONS } from './projections.js';

const { PROD, OTHER } = facts;
const LOG: RecordedEvent[] = recorded([
  facts.registered(),
  facts.cut(),
  facts.buildRequested(),
  facts.buildStarted(),
  facts.buildSucceeded(),
  facts.requested(),
  facts.matched(),
  facts.entered('prod'),
  facts.held('prod', ['APPROVAL_MISSING']),
  facts.admitted('prod'),
  facts.deploymentRequested(PROD, 'prod-1'),
  facts.deploymentStarted(PROD, 'prod-1'),
  facts.deploymentSucceeded(PROD, 'prod-1'),
  facts.completed(),
  facts.requested(OTHER),
  facts.deploymentRequested(PROD, 'prod-2', OTHER),
  facts.deploymentStarted(PROD, 'prod-2'),
  facts.deploymentFailed(PROD, 'prod-2', OTHER),
  facts.rollbackRequested(PROD, 'prod-3', 'prod-1'),
  facts.holdPlaced(PROD, 'prod-3'),
]);

describe('the views of operators', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'slipway-query-'))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('are the same again when they are rebuilt from the log', async () => {
    const store = new InMemoryEventStore();
    for (const event of LOG) await store.append(event.stream, [event], event === LOG[0] ? 'no-stream' : LOG.indexOf(event) - 1);
    const logger = { error: (...told: unknown[]) => expect(told).toBeUndefined() } as unknown as Logger;
    const projections: Projection[] = PROJECTIONS.map((Type) => new Type());
    const views = new Views({ SLIPWAY_DATA: directory } as ServiceConfig, store, projections, { name: 'query', owns: [] }, logger);
    views.onApplicationBootstrap();
    await views.waitFor((await store.head())!);

    const outcome = await views.rebuild();

    expect(outcome).toMatchObject({ service: 'query', events: LOG.length });
    expect(outcome.after).toBe(outcome.before);
    await views.onApplicationShutdown();
    await store.close();
  });
});
