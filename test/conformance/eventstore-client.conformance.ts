import { describeThrough } from './support.js';
import { TOPICS } from './topics.js';

describeThrough('@eventstore/db-client', TOPICS);
