namespace Orleans.Runtime
{
    /// <summary>The base of what the engine itself throws at a caller.</summary>
    public class OrleansException : Exception
    {
        public OrleansException(string message)
            : base(message)
        {
        }

        public OrleansException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>The host cannot start as configured.</summary>
    public sealed class OrleansConfigurationException(string message) : Exception(message);

    /// <summary>A call was not accepted.</summary>
    public class OrleansMessageRejectionException(string message) : OrleansException(message);

    /// <summary>The engine has stopped or died; whether the call took effect is unknown.</summary>
    public sealed class SiloUnavailableException(string message) : OrleansMessageRejectionException(message);
}

namespace Orleans.Storage
{
    /// <summary>Somebody else has written this record since it was read. The activation that threw it is deactivated and reads anew.</summary>
    public class InconsistentStateException(string message, string? storedEtag, string? currentEtag)
        : Runtime.OrleansException($"{message} Stored ETag: {storedEtag ?? "none"}, current ETag: {currentEtag ?? "none"}.")
    {
        public string? StoredEtag { get; } = storedEtag;

        public string? CurrentEtag { get; } = currentEtag;
    }

    /// <summary>A grain names a storage that is not configured.</summary>
    public sealed class BadProviderConfigException(string message) : Runtime.OrleansException(message);
}
