const maxAddressLength = 254;
const maxLocalLength = 64;
const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const domain = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/i;

/** Whether every mail provider takes the address: ASCII, a dot-atom before the @, a full domain name after it. */
export function isEmailAddress(value: string): boolean {
  const at = value.lastIndexOf('@');
  return (
    value.length <= maxAddressLength &&
    at > 0 &&
    at <= maxLocalLength &&
    localPart.test(value.slice(0, at)) &&
    domain.test(value.slice(at + 1))
  );
}
