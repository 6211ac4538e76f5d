export { type AnswerOf, Bus, type CallOptions, type Fields } from './bus.js';
export { decode, encode, JsonDeserializer, JsonSerializer, MalformedMessage } from './codec.js';
export { ERROR_HEADERS, HEADERS } from './headers.js';
export { RebuildViews, type RebuildOutcome } from './platform.commands.js';
export { allSubjects, COMMANDS, factSubject, type MessageClass, QUERIES, rebuildSubject, type ServiceName, SERVICES_WITH_VIEWS, subjectOf } from './subjects.js';
