#!/bin/sh
# Starts the broker on private copies: it wants its password file to be its own, and unreadable for others.
set -eu
umask 077
cp /run/secrets/mosquitto_passwords /tmp/passwords
cp /run/secrets/mosquitto_acl /tmp/acl
chmod 600 /tmp/passwords /tmp/acl
# For the health check, so that no password stands on a command line.
printf '%s\n' '-u device' "-P $(cat /run/secrets/mqtt_device_password)" > /tmp/mosquitto_sub
exec mosquitto -c /mosquitto/config/mosquitto.conf
