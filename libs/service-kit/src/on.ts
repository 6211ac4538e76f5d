import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { type MessageClass, rebuildSubject, RebuildViews, subjectOf } from '@slipway/messaging';
import { Answers, Attested } from './attested.interceptor.js';
import { CommandLog } from './command-log.interceptor.js';
import { QueryAnswers } from './query-answers.interceptor.js';

/** The method answers this command, on the subject that the map gives it. */
export const OnCommand = (type: MessageClass): MethodDecorator =>
  applyDecorators(Answers(type), MessagePattern(subjectOf(type)), UseInterceptors(CommandLog, Attested));

/** The method answers this query, from this service's views. */
export const OnQuery = (type: MessageClass): MethodDecorator =>
  applyDecorators(Answers(type), MessagePattern(subjectOf(type)), UseInterceptors(CommandLog, Attested, QueryAnswers));

/** The method rebuilds the views of a service. */
export const OnRebuild = (service: string): MethodDecorator =>
  applyDecorators(Answers(RebuildViews), MessagePattern(rebuildSubject(service)), UseInterceptors(CommandLog, Attested));
