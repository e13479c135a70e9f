DROP TABLE staff_memberships, staff_roles, staff;
