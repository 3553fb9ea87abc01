"""Django's PostgreSQL backend with the embedded server, which the first connection starts."""

from django.db.backends.postgresql import base, client

from config.postgres.server import PROGRAMS, server_in


def hold_server(settings_dict):
    return server_in(settings_dict["FOLDER"], settings_dict["DURABLE"]).hold()


class DatabaseClient(client.DatabaseClient):
    """`manage.py dbshell` with the psql of the embedded server."""

    executable_name = str(PROGRAMS / "psql")

    @classmethod
    def settings_to_cmd_args_env(cls, settings_dict, parameters):
        return super().settings_to_cmd_args_env(settings_dict | {"HOST": hold_server(settings_dict)}, parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    def get_connection_params(self):
        self.settings_dict["HOST"] = hold_server(self.settings_dict)
        return super().get_connection_params()
