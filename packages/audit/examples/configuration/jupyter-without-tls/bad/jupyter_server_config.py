# finding below
c.ServerApp.ip = '*'
c.PasswordIdentityProvider.hashed_password = 'argon2:EXAMPLE-only'
