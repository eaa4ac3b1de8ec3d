import { IsIn } from 'class-validator';
import { roles, type Role } from '../../shared/actor.js';

export class RoleForm {
  @IsIn(roles, { message: 'Choose a role.' })
  role!: Role;
}
