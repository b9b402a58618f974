c.ServerApp.ip = '*'
c.ServerApp.certfile = '/etc/jupyter/cert.pem'
c.PasswordIdentityProvider.hashed_password = 'argon2:EXAMPLE-only'
