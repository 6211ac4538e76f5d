import { runProcess } from '@slipway/service-kit';
import { startGateway } from './start-gateway.js';

void runProcess('gateway', async () => (await startGateway(process.env)).app);
