import { ApiProperty } from '@nestjs/swagger';
import type { CalComEventType } from '../../../cal-com/cal-com-event-type.entity.js';
import { warningInWords } from '../../../cal-com/event-type-warning-words.js';

class EventTypeItem {
  @ApiProperty({ type: 'integer', example: 123 })
  readonly id!: number;

  @ApiProperty({ example: 'Interview' })
  readonly title!: string;

  @ApiProperty({ example: 'interview' })
  readonly slug!: string;

  @ApiProperty({ type: 'integer', example: 30 })
  readonly length_in_minutes!: number;

  @ApiProperty({
    type: 'array',
    items: { type: 'integer' },
    example: [],
    description: 'The lengths there are to choose from; empty where there is only the one.',
  })
  readonly length_in_minutes_options!: number[];

  @ApiProperty({ format: 'uri', description: 'Cal.com’s own page; candidates get personal links instead.' })
  readonly booking_url!: string;

  @ApiProperty({
    type: [String],
    example: ['Needs your yes. Each booking waits until a host confirms it.'],
    description: 'What to know before candidates are sent there.',
  })
  readonly warnings!: string[];
}

export class EventTypesAnswer {
  @ApiProperty({ type: [EventTypeItem] })
  readonly data!: EventTypeItem[];
}

export function eventTypeAnswer(eventType: CalComEventType): EventTypeItem {
  return {
    id: eventType.eventTypeId,
    title: eventType.title,
    slug: eventType.slug,
    length_in_minutes: eventType.lengthInMinutes,
    length_in_minutes_options: eventType.lengthInMinutesOptions,
    booking_url: eventType.bookingUrl,
    warnings: eventType
      .warningList()
      .map(warningInWords)
      .map(({ title, detail }) => `${title}. ${detail}`),
  };
}
