import { WholeNumber } from '../../web/whole-number.decorator.js';

const longestDays = 3_650;

/** As typed. */
export class RetentionForm {
  @WholeNumber({ min: 1, max: longestDays }, 'Enter whole days from 1 to 3650.')
  eraseAfterDays = '';

  /** Of a form that was found to be in order. */
  get days(): number {
    return Number(this.eraseAfterDays);
  }
}
