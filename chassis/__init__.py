"""The microservice chassis: everything that the services share, and that knows no service and no contract."""
