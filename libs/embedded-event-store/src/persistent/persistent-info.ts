import { SubscriptionInfo } from '@eventstore/db-client/generated/persistent_pb';

import type { Consumer } from './persistent-consumer.js';
import type { PersistentGroup } from './persistent-group.js';
import { ALL } from './persistent-settings.js';
import type { Store } from '../storage/store.js';

/** A group's settings and figures as the protocol tells them. Rates are since it was asked for last. */
export function describeGroup(store: Store, group: PersistentGroup): SubscriptionInfo {
  const { settings, stream } = group;
  const place = (value: number): string => (stream === ALL ? `C:${value}/P:${value}` : String(value));
  const lastKnown = stream === ALL ? store.writer.lastPosition : store.reader.view(stream).last;
  const { checkpoint } = group;
  const now = Date.now();
  const { count, perSecond } = group.rate.measure(group.total, now);
  return new SubscriptionInfo()
    .setEventSource(stream)
    .setGroupName(group.name)
    .setStatus(lastKnown - group.lastRead > settings.historyBufferSize ? 'Behind' : 'Live')
    .setConnectionsList(group.consumers.map((consumer) => describeConsumer(consumer, now)))
    .setAveragePerSecond(perSecond)
    .setTotalItems(String(group.total))
    .setCountSinceLastMeasurement(String(count))
    .setLastCheckpointedEventPosition(checkpoint === undefined ? '' : place(checkpoint))
    .setLastKnownEventPosition(lastKnown < 0 || lastKnown <= settings.startAfter ? '' : place(lastKnown))
    .setResolveLinkTos(settings.resolveLinks)
    .setStartFrom(place(settings.startFrom === 'start' ? 0 : settings.startFrom === 'end' ? -1 : settings.startFrom))
    .setMessageTimeoutMilliseconds(settings.messageTimeout)
    .setExtraStatistics(settings.extraStatistics)
    .setMaxRetryCount(settings.maxRetryCount)
    .setLiveBufferSize(settings.liveBufferSize)
    .setBufferSize(settings.historyBufferSize)
    .setReadBatchSize(settings.readBatchSize)
    .setCheckPointAfterMilliseconds(settings.checkpointAfter)
    .setMinCheckPointCount(settings.minCheckpointCount)
    .setMaxCheckPointCount(settings.maxCheckpointCount)
    .setReadBufferCount(group.waiting.length)
    .setLiveBufferCount('0')
    .setRetryBufferCount(group.retry.length)
    .setTotalInFlightMessages(group.outstanding.size)
    .setOutstandingMessagesCount(group.outstanding.size)
    .setNamedConsumerStrategy(settings.strategy)
    .setMaxSubscriberCount(settings.maxSubscriberCount)
    .setParkedMessageCount(String(group.parked.count));
}

function describeConsumer(consumer: Consumer, now: number): SubscriptionInfo.ConnectionInfo {
  const { count, perSecond } = consumer.rate.measure(consumer.total, now);
  const measured = consumer.answerTimes?.measure() ?? [];
  return new SubscriptionInfo.ConnectionInfo()
    .setFrom(consumer.peer)
    .setUsername(consumer.userName)
    .setAverageItemsPerSecond(perSecond)
    .setTotalItems(String(consumer.total))
    .setCountSinceLastMeasurement(String(count))
    .setObservedMeasurementsList(measured.map(([name, value]) => new SubscriptionInfo.Measurement().setKey(name).setValue(String(value))))
    .setAvailableSlots(consumer.wishes.bufferSize - consumer.inFlight)
    .setInFlightMessages(consumer.inFlight)
    .setConnectionName(consumer.connectionName);
}
