export { demo, type DemoOptions, type DemoResult } from './demo.js';
export { stopHosts } from './hosts.js';
export { Operator } from './operator.js';
export { fact } from './stage.js';
