export { type AnswerOf, Bus, type CallOptions, type Fields, type Signer } from './bus.js';
export { type BusIdentity, CORE, operatorIdentity, platformIdentities, teamIdentity } from './bus-identities.js';
export { decode, encode, JsonDeserializer, JsonSerializer, MalformedMessage, Received } from './codec.js';
export { ERROR_HEADERS, HEADERS } from './headers.js';
export { natsConfig, type NatsSettings } from './nats-config.js';
export { type BusAddress, busAddress, connectionOptions, type Refusal, watchRefusals } from './nats-connection.js';
export { newSeed, publicKey } from './nkey.js';
export { RebuildViews, type RebuildOutcome } from './platform.commands.js';
export { allFactSubjects, allSubjects, COMMANDS, factSubject, factSubjects, type MessageClass, QUERIES, rebuildSubject, type ServiceName, SERVICES_WITH_VIEWS, STREAMS, subjectOf } from './subjects.js';
