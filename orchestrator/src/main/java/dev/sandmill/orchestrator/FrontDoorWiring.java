package dev.sandmill.orchestrator;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.orchestrator.config.ServiceConfig;
import dev.sandmill.orchestrator.console.ConsoleRoutes;
import dev.sandmill.orchestrator.http.BodyFilter;
import dev.sandmill.orchestrator.http.ErrorMapping;
import dev.sandmill.orchestrator.http.OpenApiRoute;
import dev.sandmill.orchestrator.http.RequestFilter;
import dev.sandmill.orchestrator.security.AdminKey;
import dev.sandmill.orchestrator.security.BearerFilter;
import dev.sandmill.orchestrator.security.CallerArgument;
import dev.sandmill.orchestrator.security.KeyRegistry;
import dev.sandmill.orchestrator.security.KeyRoutes;
import dev.sandmill.orchestrator.security.RateFilter;
import dev.sandmill.orchestrator.security.RateLimit;
import dev.sandmill.orchestrator.tracing.Tracing;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// What every request passes: its id, its key, its size, and how errors are told.
@Configuration(proxyBeanMethods = false)
class FrontDoorWiring {
    @Bean
    KeyRegistry keyRegistry(ServiceConfig config, Backplane backplane, StrictJson json) throws IOException {
        return new KeyRegistry(AdminKey.readOrCreate(config.adminKeyFile()), backplane.documents("keys"), json);
    }

    @Bean
    RequestFilter requestFilter(HandlerExceptionResolver handlerExceptionResolver) {
        return new RequestFilter(handlerExceptionResolver);
    }

    @Bean
    FilterRegistrationBean<Filter> requestTraces(Tracing tracing) {
        FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(tracing.requests());
        registration.setEnabled(tracing.isOn());
        return ordered(registration, 0);
    }

    @Bean
    FilterRegistrationBean<RequestFilter> requestFilterOrder(RequestFilter filter) {
        return ordered(new FilterRegistrationBean<>(filter), 1);
    }

    @Bean
    FilterRegistrationBean<CorsFilter> corsFilter(ServiceConfig config) {
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        config.corsOrigin().ifPresent(origin -> {
            CorsConfiguration cors = new CorsConfiguration();
            cors.addAllowedOrigin(origin);
            cors.setAllowedMethods(List.of("GET", "POST", "PUT", "PATCH", "DELETE"));
            cors.setAllowedHeaders(List.of(
                    "Authorization",
                    "Content-Type",
                    "Idempotency-Key",
                    "Last-Event-ID",
                    "X-Request-Id",
                    "traceparent",
                    "tracestate"));
            cors.setExposedHeaders(List.of("X-Request-Id", "X-Job-Id", "Retry-After"));
            cors.setMaxAge(Duration.ofHours(1));
            source.registerCorsConfiguration("/**", cors);
        });
        return ordered(new FilterRegistrationBean<>(new CorsFilter(source)), 2);
    }

    @Bean
    FilterRegistrationBean<BearerFilter> bearerFilter(
            KeyRegistry keys, HandlerExceptionResolver handlerExceptionResolver) {
        return ordered(new FilterRegistrationBean<>(new BearerFilter(keys, handlerExceptionResolver)), 3);
    }

    @Bean
    RateLimit rateLimit(Backplane backplane) {
        return new RateLimit(backplane.rates());
    }

    @Bean
    FilterRegistrationBean<RateFilter> rateFilter(RateLimit limit, HandlerExceptionResolver handlerExceptionResolver) {
        return ordered(new FilterRegistrationBean<>(new RateFilter(limit, handlerExceptionResolver)), 4);
    }

    @Bean
    FilterRegistrationBean<BodyFilter> bodyFilter(HandlerExceptionResolver handlerExceptionResolver) {
        return ordered(new FilterRegistrationBean<>(new BodyFilter(handlerExceptionResolver)), 5);
    }

    private static <F extends Filter> FilterRegistrationBean<F> ordered(
            FilterRegistrationBean<F> registration, int place) {
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + place);
        return registration;
    }

    @Bean
    WebMvcConfigurer routeArguments() {
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new CallerArgument());
            }
        };
    }

    @Bean
    ErrorMapping errorMapping() {
        return new ErrorMapping();
    }

    @Bean
    KeyRoutes keyRoutes(KeyRegistry keys, StrictJson json) {
        return new KeyRoutes(keys, json);
    }

    @Bean
    OpenApiRoute openApiRoute() {
        return new OpenApiRoute();
    }

    @Bean
    ConsoleRoutes consoleRoutes() {
        return new ConsoleRoutes();
    }
}
