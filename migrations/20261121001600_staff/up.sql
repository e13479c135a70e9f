-- Who works for the merchant, and what each may do. Nothing signs them in yet; the model stands so that whatever is built
-- on it has names to refer to.
CREATE TABLE staff (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    name text NOT NULL CHECK (name <> ''),
    password_hash text CHECK (password_hash LIKE '$argon2id$%'),
    active bool NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX staff_email ON staff (lower(email));

-- A role is a name for scopes; `commerce::staff::Scope` has the same words.
CREATE TABLE staff_roles (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name <> ''),
    scopes text[] NOT NULL CHECK (scopes <@ ARRAY[
        'read_products', 'write_products', 'read_inventory', 'write_inventory', 'read_orders', 'write_orders',
        'read_customers', 'write_customers', 'read_content', 'write_content', 'read_settings', 'write_settings',
        'manage_staff'])
);

CREATE TABLE staff_memberships (
    staff_id bigint NOT NULL REFERENCES staff ON DELETE CASCADE,
    role_id bigint NOT NULL REFERENCES staff_roles,
    PRIMARY KEY (staff_id, role_id)
);
CREATE INDEX staff_memberships_by_role ON staff_memberships (role_id);

INSERT INTO staff_roles (name, scopes) VALUES
    ('owner', ARRAY['read_products', 'write_products', 'read_inventory', 'write_inventory', 'read_orders', 'write_orders',
        'read_customers', 'write_customers', 'read_content', 'write_content', 'read_settings', 'write_settings',
        'manage_staff']),
    ('support', ARRAY['read_products', 'read_inventory', 'read_orders', 'read_customers', 'read_content']);
