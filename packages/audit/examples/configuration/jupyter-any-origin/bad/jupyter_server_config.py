c.ServerApp.ip = 'localhost'
# finding below
c.ServerApp.allow_origin = '*'
