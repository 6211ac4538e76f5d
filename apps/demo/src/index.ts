export { demo, type DemoOptions, type DemoResult } from './demo.js';
export { stopHosts } from './hosts.js';
