import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { type MessageClass, subjectOf } from '@slipway/messaging';
import { CommandLog } from './command-log.interceptor.js';
import { QueryAnswers } from './query-answers.interceptor.js';

/** The method answers this command, on the subject that the map gives it. */
export const OnCommand = (type: MessageClass): MethodDecorator => applyDecorators(MessagePattern(subjectOf(type)), UseInterceptors(CommandLog));

/** The method answers this query, from this service's views. */
export const OnQuery = (type: MessageClass): MethodDecorator => applyDecorators(MessagePattern(subjectOf(type)), UseInterceptors(QueryAnswers));
