c = get_config()
c.ServerApp.ip = 'localhost'
c.PasswordIdentityProvider.hashed_password = 'argon2:EXAMPLE-only'
