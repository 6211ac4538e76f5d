import { describeThrough } from './support.js';
import { TOPICS } from './topics.js';

describeThrough('@kurrent/kurrentdb-client', TOPICS);
