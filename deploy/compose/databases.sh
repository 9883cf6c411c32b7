#!/bin/sh
# Run once by the PostgreSQL image on an empty volume: two databases, two users, neither sees the other.
set -eu
for name in desk tracker; do
  password=$(cat "/run/secrets/${name}_password")
  [ -n "$password" ] # a role without password could never log in, and this never runs again
  psql --quiet --set ON_ERROR_STOP=1 --username postgres \
    --set user="$name" --set password="$password" <<'SQL'
CREATE ROLE :"user" LOGIN PASSWORD :'password';
CREATE DATABASE :"user" OWNER :"user";
REVOKE ALL ON DATABASE :"user" FROM PUBLIC;
SQL
done
