import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allFactSubjects, connectionOptions, platformIdentities } from '@slipway/messaging';
import { startNats } from '@slipway/platform';
import { connect, headers } from 'nats';
import { connectBus } from './bus-client.js';

it('the command line hears the facts of every category', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bus-client-'));
  const nats = await startNats(join(directory, 'nats'));
  const heard: (string | undefined)[] = [];
  const client = await connectBus(nats.address('operator'), undefined);
  const all = allFactSubjects();
  try {
    const close = client.facts((position) => heard.push(position));
    await expect(client.rebuildViews('query', { actor: 'person:ann' })).rejects.toMatchObject({ code: 'UNAVAILABLE' }); // The server has seen the subscriptions now.
    for (const { name, publishes } of platformIdentities()) {
      const service = await connect(connectionOptions(nats.address(name), name));
      for (const subject of publishes) {
        const head = headers();
        head.set('ce-position', subject);
        service.publish(subject.replace('*', 'something-done'), '', { headers: head });
      }
      await service.drain();
    }
    for (let tries = 0; tries < 100 && heard.length < all.length; tries++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard.sort()).toEqual(all.sort());
    close();
  } finally {
    await client.close();
    await nats.stop();
    rmSync(directory, { recursive: true });
  }
}, 20_000);
