import { IsString, MaxLength, Matches, ValidateBy, ValidateIf } from 'class-validator';
import type { Org } from '../../accounts/org.entity.js';
import { readHexColor } from '../../shared/brand-color.js';
import { knownZone } from '../../shared/known-zones.js';

export type Profile = Pick<Org, 'name' | 'timeZone' | 'brandColor'>;
export const organizationFields = ['name', 'timeZone', 'brandColor'] as const;

const nameMissing = 'Enter the name of your organization.';
const zoneMissing = 'Choose one of the listed zones, such as Europe/Berlin.';
const badColor = 'Enter a colour as six hex digits, such as #3b5bdb, or nothing.';

/** As typed. */
export class OrganizationForm {
  @Matches(/^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u, { message: 'The name must be one line.' })
  @MaxLength(100, { message: 'Use at most 100 characters.' })
  @Matches(/\S/, { message: nameMissing })
  @IsString({ message: nameMissing })
  name = '';

  @Readable((typed) => knownZone(typed) !== null, zoneMissing)
  timeZone = '';

  @ValidateIf(({ brandColor }: OrganizationForm) => typeof brandColor !== 'string' || brandColor.trim() !== '')
  @Readable((typed) => readHexColor(typed) !== null, badColor)
  brandColor = '';

  static of({ name, timeZone, brandColor }: Profile): OrganizationForm {
    return Object.assign(new OrganizationForm(), { name, timeZone, brandColor: brandColor ?? '' });
  }

  /** Of a form that was found to be in order. */
  get profile(): Profile {
    return {
      name: this.name.trim().replaceAll(/\s+/g, ' '),
      timeZone: knownZone(this.timeZone)!,
      brandColor: readHexColor(this.brandColor),
    };
  }
}

function Readable(isReadable: (typed: string) => boolean, message: string): PropertyDecorator {
  const validate = (value: unknown) => typeof value === 'string' && isReadable(value);
  return ValidateBy({ name: 'readable', validator: { validate, defaultMessage: () => message } });
}
