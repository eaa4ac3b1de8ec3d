import { WholeNumber } from '../../web/whole-number.decorator.js';

export class LinkLifeForm {
  @WholeNumber({ min: 1, max: 365 }, 'For the life of a booking link enter whole days from 1 to 365.')
  bookingLinkDays = '';
}
